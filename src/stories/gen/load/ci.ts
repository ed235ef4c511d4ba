import { type LoadJob, shardCommand } from './job.js'

const merge = 'npx --yes mqtt-proxy merge-reports'
const reports = '--reporter tty --reporter html=load.html --reporter junit=load.xml'

/** A workflow that is started by hand: a shard a job, then one that merges. */
export function githubWorkflow(job: LoadJob): unknown {
  const shards = Array.from({ length: job.shards }, (_, at) => at + 1)
  const container = { image: job.image }
  return {
    name: 'mqtt-proxy load',
    on: { workflow_dispatch: {} },
    permissions: { contents: 'read' },
    jobs: {
      load: {
        'runs-on': 'ubuntu-latest',
        container,
        'timeout-minutes': 60,
        strategy: { 'fail-fast': false, matrix: { shard: shards } },
        steps: [
          {
            // The merged figures decide, not those of a shard.
            'continue-on-error': true,
            env: { SHARD: '${{ matrix.shard }}' },
            run: shardCommand(job, '$SHARD', '--reporter tty --reporter json=shard-$SHARD.json'),
          },
          {
            if: 'always()',
            uses: 'actions/upload-artifact@v4',
            with: { name: 'shard-${{ matrix.shard }}', path: 'shard-*.json', 'if-no-files-found': 'error' },
          },
        ],
      },
      merge: {
        'runs-on': 'ubuntu-latest',
        container,
        needs: 'load',
        if: 'always()',
        'timeout-minutes': 10,
        steps: [
          { uses: 'actions/download-artifact@v4', with: { pattern: 'shard-*', 'merge-multiple': true } },
          { run: `${merge} shard-*.json ${reports}` },
          {
            if: 'always()',
            uses: 'actions/upload-artifact@v4',
            with: { name: 'load', path: 'load.html\nload.xml', 'if-no-files-found': 'ignore' },
          },
        ],
      },
    },
  }
}

/** The same with GitLab's own way of running a job several times. */
export function gitlabPipeline(job: LoadJob): unknown {
  const { image } = job
  return {
    workflow: { rules: [{ if: '$CI_PIPELINE_SOURCE == "web"' }] },
    stages: ['load', 'merge'],
    load: {
      stage: 'load',
      image,
      // GitLab takes 2 to 200; one alone is a job like any other.
      ...(job.shards > 1 && { parallel: job.shards }),
      timeout: '60 minutes',
      // The merged figures decide, not those of a shard.
      allow_failure: true,
      script: [
        shardCommand(job, '${CI_NODE_INDEX:-1}', '--reporter tty --reporter json=shard-${CI_NODE_INDEX:-1}.json'),
      ],
      artifacts: { when: 'always', paths: ['shard-*.json'] },
    },
    merge: {
      stage: 'merge',
      image,
      timeout: '10 minutes',
      script: [`${merge} shard-*.json ${reports}`],
      artifacts: { when: 'always', paths: ['load.html'], reports: { junit: 'load.xml' } },
    },
  }
}
