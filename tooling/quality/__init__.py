"""How good the tests are: what they cover (``make coverage``) and which errors they would find (``make mutation``)."""
