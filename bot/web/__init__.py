"""Pages: server-rendered, no JavaScript, no build step. A GET never writes."""
