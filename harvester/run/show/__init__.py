"""What a lake holds of one title, out of the outcomes and manifests of all runs."""
