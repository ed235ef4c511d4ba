import { readIfThere } from '../../host/files/generated-files.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { shellWord } from '../../kernel/shell-word.js'
import { findCheck } from '../../scenarios/find.js'
import { findBehaviours, isBehaviour } from './behaviours/index.js'
import type { CheckRequest } from './request.js'

/** In the folder of the evidence: names of what failed in the last run, one a line; before them what it was about. */
export const failedList = 'failed.txt'

type Files = Pick<CheckRequest, 'dir' | 'haproxyConfigs' | 'brokerConfigs'>

/** The flags that say which files are checked; empty for generated ones. */
export function filesOf({ dir, haproxyConfigs, brokerConfigs }: Files): string {
  const words = [
    ...(dir === undefined ? [] : ['--dir', dir]),
    ...haproxyConfigs.flatMap((file) => ['--haproxy-config', file]),
    ...brokerConfigs.flatMap((file) => ['--broker-config', file]),
  ]
  return words.map(shellWord).join(' ')
}

export function failedText(names: readonly string[], files: string): string {
  return [`# check ${files}`.trimEnd(), ...names, ''].join('\n')
}

/** @throws Fault MP-CHECK-NONE (exit 2) when the last run left nothing to repeat */
export async function lastFailed(folder: string): Promise<readonly string[]> {
  return (await lastRun(folder)).names
}

/**
 * What failed in the last run, of what is named now. That run may have been about other files: it is said, because what
 * passes now then proves nothing about them.
 * @throws Fault MP-CHECK-NONE (exit 2)
 */
export async function failedAmong(
  folder: string,
  given: readonly string[],
  request: Files,
  say: (text: string) => void,
): Promise<readonly string[]> {
  const { names, files } = await lastRun(folder)
  const prefixes = given.flatMap(idsOf)
  const chosen = names.filter((name) => given.length === 0 || prefixes.some((id) => `${name}/`.startsWith(`${id}/`)))
  if (chosen.length === 0) {
    throw new Fault('MP-CHECK-NONE', `nothing of ${given.join(', ')} failed in the last run here`, {
      exit: EXIT.usage,
      hints: [`failed: ${names.join(', ')}`],
    })
  }
  const now = filesOf(request)
  if (files !== undefined && files !== now) {
    const [before, here] = [files, now].map((one) => (one === '' ? 'generated files' : one))
    say(`the last run was of ${before}, this one is of ${here}`)
  }
  return chosen
}

async function lastRun(folder: string) {
  const lines = ((await readIfThere(`${folder}/${failedList}`)) ?? '').split('\n')
  const names = lines.filter((line) => line !== '' && !line.startsWith('#'))
  if (names.length > 0) return { names, files: /^# check ?(.*)$/.exec(lines[0] ?? '')?.[1] }
  throw new Fault('MP-CHECK-NONE', 'nothing failed in the last run here', {
    exit: EXIT.usage,
    hints: [`looked for ${folder}/${failedList}`],
  })
}

function idsOf(text: string): string[] {
  if (isBehaviour(text)) return findBehaviours(text).map(({ id }) => `behaviour/${id}`)
  const { scenario, row } = findCheck(text)
  return [row === undefined ? scenario.id : `${scenario.id}/${row.id}`]
}
