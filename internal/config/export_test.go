package config

// Decoded gives tests what was read, whether or not a rule refuses it.
func Decoded(raw Raw) Config { return decode(raw, &problems{}) }
