"""What all pages share: the request, rate limits, CSRF tokens, security headers, templates and the theme."""
