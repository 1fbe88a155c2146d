/** What the Advisor shows: the findings, one of them, the form that accepts it, the runs, or the filter being typed. */
export type View = "list" | "finding" | "accept" | "history" | "filter";
