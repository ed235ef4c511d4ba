import { type FileHandle, open } from 'node:fs/promises'
import { Fault, messageOf, systemCode } from '../errors.js'
import { EXIT } from '../exit.js'

/** Files that were opened before a run, so that one that cannot be written is told before anything was done. */
export interface ReportFiles {
  /** @throws Fault MP-REPORT-WRITE (exit 3) */
  write(file: string, text: string): Promise<void>
  close(): Promise<void>
}

/** @throws Fault MP-REPORT-FILE (exit 3) */
export async function openReportFiles(files: readonly string[]): Promise<ReportFiles> {
  const handles = new Map<string, FileHandle>()
  const close = async () => {
    await Promise.all([...handles.values()].map((handle) => handle.close()))
    handles.clear()
  }
  for (const file of files) {
    try {
      handles.set(file, await open(file, 'a'))
    } catch (error) {
      await close()
      throw cannotOpen(file, error)
    }
  }
  return {
    close,
    async write(file, text) {
      try {
        // A report of an earlier run is kept until there is a new one; a pipe or /dev/stdout cannot be cut.
        const handle = handles.get(file)
        if ((await handle?.stat())?.isFile()) await handle?.truncate(0)
        await handle?.writeFile(text)
      } catch (error) {
        throw notWritten(file, error)
      }
    },
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
