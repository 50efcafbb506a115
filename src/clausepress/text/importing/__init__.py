"""Foreign text to an edition: decoding, repairs that are reported one by one, masthead facts."""
