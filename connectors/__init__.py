"""The other end belongs to a vendor: mail servers, files, Microsoft, Google. Replaceable, contract-tested."""
