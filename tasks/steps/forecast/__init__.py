"""What a run may take, told before it starts: by what the settings ask for, or by what earlier runs came to."""

from tasks.steps.forecast.calls import calls_of, rows_of
from tasks.steps.forecast.forecast import Forecast, counted, forecast, forecast_by
from tasks.steps.forecast.step import Basis, Prices, StepForecast

__all__ = ["Basis", "Forecast", "Prices", "StepForecast", "calls_of", "counted", "forecast", "forecast_by", "rows_of"]
