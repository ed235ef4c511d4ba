export type Ended = 'ok' | 'failed' | 'skipped'

/** What a run reports while it goes on; nothing of it is the result. */
export interface Progress {
  /** Everything that is going to run. */
  planned(titles: readonly string[]): void
  /** `note` is a few words: `7/7  605 ms`. */
  done(index: number, how: Ended, note: string): void
  /** Resolves when the last line has been drawn. */
  end(): Promise<void>
}

/**
 * Progress on stderr: a live list on a terminal; in CI logs, dumb terminals and files a count every ten seconds, so that
 * no result is shown twice; nothing is shown when quiet.
 */
export async function openProgress(options: { readonly quiet: boolean; readonly live: boolean }): Promise<Progress> {
  if (options.quiet) return { planned() {}, done() {}, end: async () => {} }
  return options.live ? await liveList() : plainLines()
}

/**
 * Counts towards `all` on stderr: one line drawn again and again on a terminal, a line now and then elsewhere. Nothing for
 * a handful.
 */
export function countTo(all: number, word: string): (done: number) => void {
  if (all < 3) return () => {}
  if (canRedraw()) {
    return (done) => void process.stderr.write(done < all ? `\r${word} ${done} of ${all}` : '\r\x1b[K')
  }
  const step = 50
  return (done) => {
    if (done % step === 0 && done < all) process.stderr.write(`${word} ${done} of ${all}\n`)
  }
}

/** Whether stderr is a terminal that can redraw lines. */
export function canRedraw(): boolean {
  return process.stderr.isTTY === true && process.env.TERM !== 'dumb' && !process.env.CI
}

/** Between two lines of progress where lines stay: a short run needs none, and the result says the rest. */
const plainEveryMs = 10_000

function plainLines(): Progress {
  let titles: readonly string[] = []
  let done = 0
  let failed = 0
  let shown = performance.now()
  return {
    planned: (all) => {
      titles = all
    },
    done: (index, how) => {
      done++
      if (how === 'failed') failed++
      const now = performance.now()
      if (now - shown < plainEveryMs || done >= titles.length) return
      shown = now
      const bad = failed === 0 ? '' : `, ${failed} failed`
      process.stderr.write(`${done} of ${titles.length} done${bad}; last: ${titles[index] ?? ''}\n`)
    },
    end: async () => {},
  }
}

async function liveList(): Promise<Progress> {
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2')
  interface End {
    readonly how: Ended
    readonly note: string
  }
  interface Row {
    readonly finished: Promise<End>
    finish(end: End): void
  }
  const rows: Row[] = []
  let drawn: Promise<unknown> = Promise.resolve()
  const row = (): Row => {
    let finish: Row['finish'] = () => {}
    const finished = new Promise<End>((resolve) => {
      finish = resolve
    })
    return { finished, finish: (end) => finish(end) }
  }
  return {
    planned: (titles) => {
      rows.push(...titles.map(row))
      const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) })
      const tasks = titles.map((title, index) => ({
        title,
        task: async (_: unknown, task: { title: string; skip(message?: string): void }) => {
          const end = await rows[index]?.finished
          task.title = `${title}  ${end?.note ?? ''}`
          if (end?.how === 'skipped') task.skip()
          if (end?.how === 'failed') throw new Error(end.note)
        },
      }))
      // The result names every failure; the list only shows where the run is.
      const settings = { concurrent: true, exitOnError: false, registerSignalListeners: false } as const
      const rendererOptions = { logger, clearOutput: true, showErrorMessage: false }
      drawn = new Listr(tasks, { ...settings, rendererOptions }).run().catch(() => undefined)
    },
    done: (index, how, note) => rows[index]?.finish({ how, note }),
    end: async () => {
      for (const one of rows) one.finish({ how: 'ok', note: '' })
      await drawn
    },
  }
}
