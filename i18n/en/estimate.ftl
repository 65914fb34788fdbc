# estimate
