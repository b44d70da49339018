/** The frame of a program that a test runs in a process of its own: ../program.ts. */

// biome-ignore lint/suspicious/noExplicitAny: each scenario knows the type of its own argument, JSON does not
export type Scenario = (argument: any) => unknown;

/** Runs the scenario named in argv[2] with the JSON of argv[3] and prints what it answers as one line of JSON. */
export async function runScenario(scenarios: Readonly<Record<string, Scenario>>): Promise<void> {
  const [, , name = '', argument = 'null'] = process.argv;
  const scenario = scenarios[name];
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const answer = await scenario(JSON.parse(argument));
  if (answer !== undefined) console.log(JSON.stringify(answer));
}
