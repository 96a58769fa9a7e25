"""The shell: command line, network, files, clock."""
