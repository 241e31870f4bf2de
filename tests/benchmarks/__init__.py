"""One site and one year of the example, solved by ``capacity.solver`` and by PyPSA, which shares no code with it."""
