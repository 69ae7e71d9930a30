"""A kind of task for agentinstruct, and an endpoint."""
