"""A simulated carrier that speaks SMPP and never forgets what it took: for tests, the demo and trying a gateway out.

Like real ones it may give a receipt twice, and after a crash it gives those again that were not acknowledged.
A reply that it has not delivered yet when it is killed is lost.
"""
