// For each line, a JSON list of texts, answers with the list of their types; null = invalid.
import { createInterface } from "node:readline";
import validator from "@navikt/fnrvalidator";

for await (const line of createInterface({ input: process.stdin })) {
  const types = JSON.parse(line).map((digits) => validator.idnr(digits).type ?? null);
  process.stdout.write(JSON.stringify(types) + "\n");
}
