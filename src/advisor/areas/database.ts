import type { Check } from "../check.ts";
import { SQL_CHECKS } from "./database-sql.ts";
import { STORE_CHECKS } from "./database-stores.ts";

export const DATABASE_CHECKS: readonly Check[] = [...SQL_CHECKS, ...STORE_CHECKS];
