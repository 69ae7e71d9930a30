"""What agents may use besides the model."""
