package study

// wants refuses a study that lacks what its kind cannot do without.
func (c *check) wants(kind string) {
	switch kind {
	case "coverage":
		if len(c.Kinds) == 0 && len(c.Candidates) == 0 {
			c.add("kinds", "required", "say from what people are reached")
		}
		if len(c.LimitsS) == 0 && len(c.DistancesM) == 0 {
			c.add("limits_s", "required", "either distances_m or limits_s")
		}
	case "depot_readiness":
		if !c.has("item") {
			c.add("item", "required", "say which item")
		}
	case "siting":
		c.wantsSiting()
	case "evacuation":
		n := 0
		for _, field := range zones {
			if c.has(field) {
				n++
			}
		}
		if n != 1 {
			c.add("zone", "either_or", "one of zone, zone_incident and zone_hazard")
		}
		if (c.has("zone_incident") || c.has("zone_hazard")) && c.ZoneBufferM == 0 {
			c.add("zone_buffer_m", "required", "say how far around it")
		}
	}
}

func (c *check) wantsSiting() {
	if !c.has("model") {
		c.add("model", "required", "say which question: %v", models)
		return
	}
	covers := c.Model != "p_median" && c.Model != "p_centre"
	if covers && len(c.LimitsS) == 0 && len(c.DistancesM) == 0 {
		c.add("limits_s", "required", "either distances_m or limits_s")
	}
	least := c.Model == "lscp" || c.Model == "lscp_backup"
	switch {
	case least && (c.has("sites") || c.has("budget")):
		c.add("sites", "not_counted", "how few sites are enough is the answer, not the question")
	case !least && c.has("sites") == c.has("budget"):
		c.add("sites", "either_or", "either sites or budget")
	}
	c.conflicts(&c.problems)
	sources := 0
	for _, field := range []string{"candidates", "candidate_ledger", "candidate_grid_m"} {
		if c.has(field) {
			sources++
		}
	}
	if sources == 0 {
		c.add("candidates", "required", "say where a site may be: candidates, candidate_ledger or candidate_grid_m")
	}
}
