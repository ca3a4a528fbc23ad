"""How people reach it in a browser: pages, REST API and sign-in come with the web application."""
