import { Fault } from '../errors.js'
import { EXIT } from '../exit.js'
import { readIfThere } from '../host/generated-files.js'

/** Names of what failed in the last run, one a line, in the folder of its evidence. */
export const failedList = 'failed.txt'

/** @throws Fault MP-CHECK-NONE (exit 2) when the last run left nothing to repeat */
export async function lastFailed(folder: string): Promise<readonly string[]> {
  const text = await readIfThere(`${folder}/${failedList}`)
  const names = (text ?? '').split('\n').filter((line) => line !== '')
  if (names.length > 0) return names
  throw new Fault('MP-CHECK-NONE', 'nothing failed in the last run here', {
    exit: EXIT.usage,
    hints: [`looked for ${folder}/${failedList}`],
  })
}
