"""The façade that X-Ray users know: recorder, entities, `Tracer`; handles over spans."""
