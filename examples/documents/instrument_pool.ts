/**
 * Lending pool of portable weather instruments for schools and field courses.
 *
 * The pool knows which instrument is where, when it is due back, and whether its calibration is still valid.
 * Readings that borrowers send in can be compared with a reference to find instruments that drift.
 * All dates are ISO strings (YYYY-MM-DD), all fees are in cents.
 */

export type InstrumentKind = "thermometer" | "hygrometer" | "anemometer" | "rain_gauge" | "barometer";

export interface Instrument {
  serial: string;
  kind: InstrumentKind;
  /** Date of the last calibration. */
  calibrated: string;
}

export interface Loan {
  serial: string;
  borrower: string;
  lentOn: string;
  dueOn: string;
}

export interface DriftReport {
  serial: string;
  pairs: number;
  /** Mean of reading minus reference, in the unit of the instrument. */
  bias: number;
  /** Whether the bias exceeds the tolerance of this kind of instrument. */
  recalibrate: boolean;
}

/** How many months a calibration stays valid. */
const CALIBRATION_MONTHS: Record<InstrumentKind, number> = {
  thermometer: 24,
  hygrometer: 12,
  anemometer: 24,
  rain_gauge: 36,
  barometer: 12,
};

/** Largest tolerable bias: degrees Celsius, per cent, metres per second, millimetres, hectopascals. */
const TOLERANCE: Record<InstrumentKind, number> = {
  thermometer: 0.3,
  hygrometer: 4,
  anemometer: 0.5,
  rain_gauge: 0.4,
  barometer: 0.5,
};

const MS_PER_DAY = 86_400_000;

/** Thrown when a request breaks a rule of the pool. */
export class PoolError extends Error {}

/** Add days to an ISO date and return the resulting ISO date. */
export function addDays(isoDate: string, days: number): string {
  return new Date(Date.parse(isoDate) + days * MS_PER_DAY).toISOString().slice(0, 10);
}

/** Number of days from one ISO date to another; negative if the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / MS_PER_DAY);
}

/**
 * Last day on which the calibration of an instrument is valid.
 * A day that the target month lacks is replaced by the last day of that month.
 */
export function calibrationEnd(instrument: Instrument): string {
  const [year, month, day] = instrument.calibrated.split("-").map(Number);
  const monthIndex = month - 1 + CALIBRATION_MONTHS[instrument.kind];
  const lastDay = new Date(Date.UTC(year, monthIndex + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, monthIndex, Math.min(day, lastDay))).toISOString().slice(0, 10);
}

/**
 * Compute the fee for a late return.
 *
 * @param dueOn - Last day of the loan.
 * @param returnedOn - Day on which the instrument came back.
 * @param centsPerDay - Fee for each day of delay.
 * @param maxCents - Upper limit of the fee.
 * @returns The fee in cents, 0 if the instrument came back in time.
 */
export function lateFee(dueOn: string, returnedOn: string, centsPerDay = 150, maxCents = 6000): number {
  return Math.min(maxCents, Math.max(0, daysBetween(dueOn, returnedOn)) * centsPerDay);
}

/**
 * Compare readings with simultaneous readings of a reference instrument.
 *
 * @param instrument - The instrument under test.
 * @param readings - Its readings.
 * @param reference - Readings of the reference, in the same order.
 * @returns The mean bias and whether it calls for a new calibration.
 */
export function checkDrift(instrument: Instrument, readings: number[], reference: number[]): DriftReport {
  if (readings.length === 0 || readings.length !== reference.length) {
    throw new PoolError("readings and reference must have the same length, at least 1");
  }
  const sum = readings.reduce((total, value, index) => total + value - reference[index], 0);
  const bias = Math.round((sum / readings.length) * 100) / 100;
  const recalibrate = Math.abs(bias) > TOLERANCE[instrument.kind];
  return { serial: instrument.serial, pairs: readings.length, bias, recalibrate };
}

/** The instruments of one pool and the loans that are open. */
export class InstrumentPool {
  private readonly instruments = new Map<string, Instrument>();
  private readonly loans = new Map<string, Loan>();

  /** Add an instrument, or replace its entry after a new calibration. */
  register(instrument: Instrument): void {
    this.instruments.set(instrument.serial, instrument);
  }

  /**
   * Instruments of a kind that are in the store and calibrated on a given day, freshest calibration first.
   *
   * @param kind - Kind of instrument wanted.
   * @param on - Day for which they are wanted.
   */
  available(kind: InstrumentKind, on: string): Instrument[] {
    return [...this.instruments.values()]
      .filter((entry) => entry.kind === kind && !this.loans.has(entry.serial) && calibrationEnd(entry) >= on)
      .sort((a, b) => b.calibrated.localeCompare(a.calibrated));
  }

  /**
   * Lend an instrument.
   *
   * @param serial - Serial number of the instrument.
   * @param borrower - School or course that borrows it.
   * @param today - First day of the loan.
   * @param days - Length of the loan, 1 to 60 days.
   * @returns The loan with its due date.
   */
  lend(serial: string, borrower: string, today: string, days = 21): Loan {
    const instrument = this.instruments.get(serial);
    if (instrument === undefined) throw new PoolError(`no instrument ${serial}`);
    if (this.loans.has(serial)) throw new PoolError(`${serial} is on loan`);
    if (days < 1 || days > 60) throw new PoolError("a loan lasts 1 to 60 days");
    const dueOn = addDays(today, days);
    if (calibrationEnd(instrument) < dueOn) throw new PoolError(`calibration of ${serial} ends before ${dueOn}`);
    const loan: Loan = { serial, borrower, lentOn: today, dueOn };
    this.loans.set(serial, loan);
    return loan;
  }

  /**
   * Take an instrument back.
   *
   * @param serial - Serial number of the instrument.
   * @param today - Day of the return.
   * @returns The late fee in cents.
   */
  giveBack(serial: string, today: string): number {
    const loan = this.loans.get(serial);
    if (loan === undefined) throw new PoolError(`${serial} is not on loan`);
    this.loans.delete(serial);
    return lateFee(loan.dueOn, today);
  }

  /** Open loans that are overdue on a given day, the oldest first. */
  overdue(on: string): Loan[] {
    return [...this.loans.values()].filter((loan) => loan.dueOn < on).sort((a, b) => a.dueOn.localeCompare(b.dueOn));
  }
}
