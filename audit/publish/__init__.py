"""Publishing what a run has to show, straight from this process to the services that the configuration names."""
