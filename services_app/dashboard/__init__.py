"""Every page that shows two features."""
