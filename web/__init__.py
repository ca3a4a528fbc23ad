"""How people reach it in a browser: sign-in, pages and their drawings, on the use cases of ``tracker``."""
