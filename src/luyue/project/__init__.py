"""Settings, addresses, worker and the private database: what makes one running installation of the apps."""
