import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { Fault, messageOf, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { interrupted, own } from '../process/lifetime.js'
import { replaceFile, tryBeside } from './replace.js'

/** Files that were opened before a run, so that one that cannot be written is told before anything was done. */
export interface ReportFiles {
  /** @throws Fault MP-REPORT-WRITE (exit 3) */
  write(file: string, text: string): Promise<void>
  close(): Promise<void>
}

interface Opened {
  /** None for a file that is not there yet: it comes to be with its whole text, whatever ends the run before. */
  readonly handle: FileHandle | undefined
  /** Its content is kept, and this is appended. */
  readonly grows: boolean
}

/**
 * A file that is not there is only tried beside its place: an empty report reads as a broken one. `growing`: one more,
 * which is added to instead of replaced.
 * @throws Fault MP-REPORT-FILE (exit 3)
 */
export async function openReportFiles(files: readonly string[], growing?: string): Promise<ReportFiles> {
  const opened = new Map<string, Opened>()
  const close = own('report files', async () => {
    await Promise.all([...opened.values()].map(({ handle }) => handle?.close()))
  })
  for (const file of growing === undefined ? files : [...files, growing]) {
    try {
      opened.set(file, { handle: await openReport(file), grows: file === growing })
    } catch (error) {
      await close()
      throw cannotOpen(file, error)
    }
  }
  return {
    close,
    async write(file, text) {
      const report = opened.get(file)
      if (report === undefined) throw new Error(`the report ${file} was not opened`)
      const { handle, grows } = report
      try {
        // A report of an earlier run is kept until there is a new one; a pipe or /dev/stdout cannot be cut.
        if (handle === undefined || (!grows && (await handle.stat()).isFile())) await replaceFile(file, text)
        else await handle.writeFile(text)
      } catch (error) {
        throw notWritten(file, error)
      }
    },
  }
}

async function openReport(file: string): Promise<FileHandle | undefined> {
  const there = await stat(file).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (there === undefined) {
    await tryBeside(file)
    return undefined
  }
  const first = there.isFIFO() ? await readerOf(file) : undefined
  try {
    return await open(file, 'a')
  } finally {
    await first?.close()
  }
}

/**
 * Waits until somebody reads the pipe. Node.js opens files in a thread, and one that waits there cannot be called back:
 * no signal but SIGKILL would end the program. The reader sees the end of the pipe when the last handle is closed.
 */
async function readerOf(pipe: string): Promise<FileHandle> {
  for (;;) {
    interrupted.throwIfAborted()
    try {
      return await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
    } catch (error) {
      if (systemCode(error) !== 'ENXIO') throw error
      await setTimeout(50, undefined, { signal: interrupted })
    }
  }
}

function cannotOpen(file: string, error: unknown): Fault {
  const code = systemCode(error)
  const why = code === 'ENOENT' ? 'its folder does not exist' : code === 'EACCES' ? 'no permission' : messageOf(error)
  return new Fault('MP-REPORT-FILE', `the report ${file} cannot be written: ${why}`, {
    exit: EXIT.environment,
    hints: ['nothing was run; make the folder, or name another file'],
    cause: error,
  })
}

function notWritten(file: string, error: unknown): Fault {
  return new Fault('MP-REPORT-WRITE', `the report ${file} was not written whole: ${messageOf(error)}`, {
    exit: EXIT.environment,
    hints: ['the result that was printed is complete'],
    cause: error,
  })
}
