"""Forms ask: a service item's form is data, and the same checks run on it at every hop. Imports nothing else of ours."""
