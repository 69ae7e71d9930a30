"""What a run may take, told before it starts: by what the settings ask for, or by what earlier runs came to."""

from tasks.steps.forecast.calls import calls_of, rows_of
from tasks.steps.forecast.forecast import Basis, Forecast, Prices, StepForecast, counted, forecast, forecast_by

__all__ = ["Basis", "Forecast", "Prices", "StepForecast", "calls_of", "counted", "forecast", "forecast_by", "rows_of"]
