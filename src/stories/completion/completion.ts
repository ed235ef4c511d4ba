import { runnableKinds } from '../../brokers/index.js'
import { selectors } from '../../conformance/selectors.js'
import { errorCodes } from '../../explain/error-codes.js'
import { knownReleases } from '../../host/tools/catalogue.js'
import { lintRules } from '../../lint/rules.js'
import { findingCodes } from '../../probe/finding-codes.js'
import { defects } from '../../proxy-header/defects.js'
import { bashCompletion } from '../../report/completion/bash.js'
import { fishCompletion } from '../../report/completion/fish.js'
import type { CompletedCommand, CompletedFlag } from '../../report/completion/words.js'
import { zshCompletion } from '../../report/completion/zsh.js'
import { caseReporterNames, reporterNames } from '../../report/reporter-names.js'
import { scenarios } from '../../scenarios/table.js'

const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** A command as oclif has it loaded. */
export interface LoadedCommand {
  readonly id: string
  readonly summary?: string | undefined
  readonly hidden?: boolean
  readonly flags: Readonly<Record<string, LoadedFlag>>
}

interface LoadedFlag {
  readonly name: string
  readonly char?: string | undefined
  readonly type: 'boolean' | 'option'
  readonly description?: string | undefined
  readonly summary?: string | undefined
  readonly options?: readonly string[] | undefined
  readonly allowNo?: boolean | undefined
  readonly hidden?: boolean | undefined
}

const writers = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

/** The completion script of a shell, with everything that can be known now written out. */
export function completionScript(shell: Shell, loaded: readonly LoadedCommand[]): string {
  const commands = loaded
    .filter((one) => one.hidden !== true)
    .map(completed)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return writers[shell](commands)
}

function completed(command: LoadedCommand): CompletedCommand {
  const name = command.id.replaceAll(':', ' ')
  const flags = Object.values(command.flags).filter((flag) => flag.hidden !== true)
  return {
    name,
    summary: firstLine(command.summary),
    flags: flags.map((flag) => completedFlag(name, flag)),
    words: wordsOf(name),
  }
}

function completedFlag(command: string, flag: LoadedFlag): CompletedFlag {
  const names = [
    `--${flag.name}`,
    ...(flag.allowNo ? [`--no-${flag.name}`] : []),
    ...(flag.char ? [`-${flag.char}`] : []),
  ]
  return { names, summary: firstLine(flag.summary ?? flag.description), values: valuesOf(command, flag) }
}

function valuesOf(command: string, flag: LoadedFlag): readonly string[] | undefined {
  if (flag.type === 'boolean') return undefined
  if (flag.options !== undefined) return flag.options
  if (command === 'conformance' && flag.name === 'select') return selectors
  if (command === 'check' && flag.name === 'broker') return runnableKinds
  if (['explain', 'select', 'ignore'].includes(flag.name)) return lintRules.map(({ code }) => code)
  if (flag.name === 'malform') return defects.map(({ id }) => id)
  if (flag.name !== 'reporter') return []
  return command === 'check' || command === 'conformance' ? caseReporterNames : reporterNames
}

/** What the arguments of a command may be; nothing for those that take files or addresses. */
function wordsOf(name: string): readonly string[] {
  if (name === 'scenarios' || name === 'check' || (name.startsWith('gen ') && !/certs|ci$/.test(name))) {
    return scenarios.map(({ id }) => id)
  }
  if (name === 'explain')
    return [...lintRules.map(({ code }) => code), ...Object.keys(findingCodes), ...Object.keys(errorCodes)]
  if (name === 'tools install' || name === 'tools path') {
    return [...new Set(knownReleases().flatMap(({ tool, line }) => [tool, `${tool}@${line}`]))]
  }
  return name === 'completion' ? shells : []
}

function firstLine(text = ''): string {
  return text.split('\n')[0]?.replace(/<%=.*?%>/g, 'mqtt-proxy') ?? ''
}
