"""What every chart is made of: arrays in, traces out."""
