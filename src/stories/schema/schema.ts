import { packagedText, packagedTexts } from '../../host/files/packaged.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'

/** Commands with `--json` whose documents have a schema: `check`, `gen all`. */
export async function schemaNames(): Promise<readonly string[]> {
  const files = (await packagedTexts('schemas')).filter((name) => name.endsWith('.json'))
  return files.map((name) => name.replace(/\.json$/, '').replaceAll('/', ' '))
}

/**
 * The JSON Schema of what a command prints with `--json`, as text.
 * @throws Fault MP-SCHEMA (exit 2) for a command that has none
 */
export async function schemaText(command: string): Promise<string> {
  const names = await schemaNames()
  if (names.includes(command)) return packagedText(`schemas/${command.replaceAll(' ', '/')}.json`)
  const near = nearest(command, names)
  throw new Fault('MP-SCHEMA', `there is no schema for "${command}"`, {
    exit: EXIT.usage,
    hints: [...(near === undefined ? [] : [`did you mean: mqtt-proxy schema ${near}`]), 'mqtt-proxy schema lists them'],
  })
}
