"""Does each case follow the prescribed process, and where does it first leave it?"""

from anxin.engines.mining.conformance.checking import Conformance, conformance
from anxin.engines.mining.conformance.model import Process, choice, loop, option, parallel, process, sequence

__all__ = ["Conformance", "Process", "choice", "conformance", "loop", "option", "parallel", "process", "sequence"]
