import { join } from 'node:path'
import { brokerOf, isRunnable, ownBroker, usualBroker } from '../../brokers/index.js'
import { driverFor } from '../../host/brokers/index.js'
import { lookForProgram, namedByVariable } from '../../host/process/programs.js'
import type { ToolName } from '../../host/tools/catalogue.js'
import { shellWord } from '../../kernel/shell-word.js'
import type { Derived } from '../../scenarios/derived.js'
import type { NextSteps } from '../../scenarios/generated.js'

/** What to type after the files of a scenario have been written: each line works as it is pasted. */
export async function nextSteps(
  folder: string,
  all: readonly Derived[],
  haproxy: string | undefined,
): Promise<NextSteps> {
  const kinds = all.map((one) => one.options.broker)
  const name = all[0]?.scenario.id ?? ''
  const dir = shellWord(folder)
  const runnable = kinds.filter(isRunnable)
  const check = runnable.map((kind) => {
    const which = kinds.length === 1 ? '' : ` --broker ${kind}`
    return `mqtt-proxy check ${name} --dir ${dir}${which}`
  })
  const lint = runnable.length < kinds.length || runnable.length === 0 ? [`mqtt-proxy lint ${dir}`] : []
  const first = all[0]
  const broker = first && (await brokerCommands(folder, first))
  const proxies = (first?.haproxy ?? []).map((file) => file.name).reverse()
  const command = await programCommand('haproxy', haproxy)
  const start =
    broker === undefined
      ? []
      : [
          ...broker,
          ...command.first,
          ...proxies.map((file) => `${command.program} -f ${shellWord(join(folder, file))}`),
        ]
  return { check: [...check, ...lint], start }
}

/** How the broker is started with its file; `undefined`: by its own service, or in a container. */
async function brokerCommands(folder: string, derived: Derived): Promise<readonly string[] | undefined> {
  const { broker: kind } = derived.options
  const files = derived.brokers.flatMap(({ files: [main] }) => (main === undefined ? [] : [main.name]))
  const reads: readonly string[] = brokerOf(ownBroker).run?.reads ?? []
  if (kind !== ownBroker && !reads.includes(kind)) return undefined
  // Started by root, Mosquitto becomes another user, who may not read the keys that were just made.
  const unreadable = derived.certificates.broker && process.getuid?.() === 0
  const real = kind === usualBroker && !unreadable ? await readsHeaders(derived) : undefined
  const program = real ?? 'mqtt-proxy broker'
  return files.map((file) =>
    // Certificates are looked for from the folder that the broker is started in.
    derived.certificates.broker
      ? `(cd ${shellWord(folder)} && ${program} -c ${shellWord(file)})`
      : `${program} -c ${shellWord(join(folder, file))}`,
  )
}

/** The Mosquitto that is here, if it can read what the scenario sends. */
async function readsHeaders({ scenario }: Derived): Promise<string | undefined> {
  if ((await lookForProgram(usualBroker)) === undefined) return undefined
  const { header } = scenario
  const version = header === 'none' ? undefined : header === 'v1' ? 1 : 2
  const facts = await (await driverFor(usualBroker)).facts().catch(() => undefined)
  if (facts === undefined || (version !== undefined && !facts.proxy.includes(version))) return undefined
  return (await programCommand(usualBroker, undefined)).program
}

/** How a shell finds a program: by PATH, by its variable, or in the cache, where it may have to be put first. */
async function programCommand(
  tool: ToolName,
  chosen: string | undefined,
): Promise<{ readonly program: string; readonly first: readonly string[] }> {
  const found = await lookForProgram(tool, chosen === undefined ? {} : { chosen })
  if (found === undefined) {
    return { program: `"$(mqtt-proxy tools path ${tool})"`, first: [`mqtt-proxy tools install ${tool}`] }
  }
  const cached = /\((\S+)\)/.exec(found.by)?.[1]
  if (cached !== undefined) return { program: `"$(mqtt-proxy tools path ${cached})"`, first: [] }
  const variable = chosen === undefined ? namedByVariable(tool) : undefined
  if (variable !== undefined) return { program: `"$${variable}"`, first: [] }
  return { program: found.by === 'PATH' ? tool : shellWord(found.program), first: [] }
}
