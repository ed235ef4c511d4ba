import { Fault } from '../../../kernel/errors.js'
import { EXIT } from '../../../kernel/exit.js'
import { isExecutable } from '../../process/programs.js'

/**
 * What was named, else `VERNEMQ_BIN`, else PATH. A name that is no file but looks like `vernemq/vernemq:2.1.1` is an
 * image; a path is a program.
 */
export async function findVernemq(chosen: string | undefined): Promise<{ program: string; isImage: boolean }> {
  const named = chosen ?? process.env.VERNEMQ_BIN
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return { program: named, isImage: false }
    if (/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+(:[\w.-]+)?$/.test(named)) return { program: named, isImage: true }
    throw noVernemq(`${named} is neither a program that can be run nor the name of an image`)
  }
  for (const folder of (process.env.PATH ?? '').split(':')) {
    const program = `${folder}/vernemq`
    if (folder !== '' && (await isExecutable(program))) return { program, isImage: false }
  }
  throw noVernemq('vernemq was found neither by --broker-bin, VERNEMQ_BIN, nor on PATH')
}

function noVernemq(why: string): Fault {
  return new Fault('MP-NO-PROGRAM', why, {
    exit: EXIT.environment,
    hints: [
      'name bin/vernemq of an unpacked release: --broker-bin ./vernemq/bin/vernemq',
      'or the container image, whose license you accept by that: --broker-bin vernemq/vernemq:2.1.1',
    ],
  })
}
