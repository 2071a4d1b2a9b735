"""Rules of the register: what is a right number, what is alike, what may be chosen. Pure."""
