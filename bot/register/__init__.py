"""The register file: read and checked, turned into the domain's records, proposed from documents, written."""
