"""Penalties, one file each: value, (sub)gradient, prox, and the flow of one weight under the penalty alone.

A penalty is a sum over the weights. `axis` says over which axes of w the sum of a value runs: None sums all of them, an
empty tuple gives the penalty of each weight. A (sub)gradient has the shape of w; at a kink it is 0, the element of
smallest size. prox(z) is the w that minimises ½‖w − z‖² + step · P(w), exact, for arrays of any shape, and of two
minimisers the smaller. flow(t) is w(t) under dw/dt = −λP'(w) from w0, for t ≥ 0 of any shape; zero, once reached, is
kept, and arrival is the time at which that happens.
"""

from regviz.penalties.concave import mcp, scad
from regviz.penalties.elastic_net import elastic_net
from regviz.penalties.l1 import L1
from regviz.penalties.l2 import L2
from regviz.penalties.lq import lq
from regviz.penalties.penalty import Penalty

__all__ = ["L1", "L2", "Penalty", "elastic_net", "lq", "mcp", "scad"]
