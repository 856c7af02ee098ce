import assert from 'node:assert/strict'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { downloadview, useFolder } from './command.js'

describe('downloadview explain', () => {
  const folder = useFolder({ 'a b.pdf': 'PDF' })
  const config = {
    backend: 'nginx',
    rules: [
      { sourceUrl: '/media/', destinationUrl: '/protected/media/', files: '/srv/media' },
      { sourceDir: folder, destinationUrl: '/protected/files/' },
    ],
  }
  writeFileSync(join(folder, 'downloadview.config.json'), JSON.stringify(config))
  symlinkSync('/etc/passwd', join(folder, 'link'))

  test('a path is looked for on the disk, and every rule says its word', async () => {
    assert.deepEqual(await downloadview(folder, ['explain', join(folder, 'a b.pdf')]), {
      code: 0,
      out: `downloadview: "a b.pdf" is handed over
  rule 1 (nginx): the file has no url to look for below sourceUrl "/media/"
  rule 2 (nginx): handed over as "/protected/files/a%20b.pdf"
`,
      err: '',
    })
  })

  test('what no file is and a rule knows is a url', async () => {
    const { out } = await downloadview(folder, ['explain', '/media/2024/caf%C3%A9.pdf?v=1'])
    assert.equal(
      out,
      `downloadview: "caf%C3%A9.pdf" is handed over
  rule 1 (nginx): handed over as "/protected/media/2024/caf%C3%A9.pdf"
`,
    )
  })

  test('a link out of the folder is told as such', async () => {
    const { code, out } = await downloadview(folder, ['explain', 'link'])
    assert.equal(code, 0)
    assert.match(out, /"link" is streamed by the application\n/)
    assert.match(out, /rule 2 \(nginx\): its real path "\/etc\/passwd" is not below sourceDir/)
  })

  test('--json tells the same to programs', async () => {
    const { out } = await downloadview(folder, ['explain', 'a b.pdf', '--json'])
    assert.deepEqual(JSON.parse(out), {
      basename: 'a b.pdf',
      handedOver: true,
      rules: [
        { rule: 1, backend: 'nginx', reason: 'the file has no url to look for below sourceUrl "/media/"' },
        { rule: 2, backend: 'nginx', reason: 'handed over as "/protected/files/a%20b.pdf"' },
      ],
    })
  })

  test('backend none is told as such', async () => {
    writeFileSync(join(folder, 'none.json'), JSON.stringify({ ...config, backend: 'none' }))
    const { out } = await downloadview(folder, ['explain', 'a b.pdf', '--config', 'none.json'])
    assert.match(out, /is streamed by the application\n {2}backend is 'none': no rule is asked\n$/)
  })
})

describe('downloadview', () => {
  const folder = useFolder()

  test('--version tells the version of the package', async () => {
    const { code, out } = await downloadview(folder, ['--version'])
    assert.equal(code, 0)
    assert.match(out, /^\d+\.\d+\.\d+\S*\n$/)
  })

  test('--help of a command has an example', async () => {
    const { code, out } = await downloadview(folder, ['doctor', '--help'])
    assert.equal(code, 0)
    assert.match(out, /Example:\n {2}downloadview doctor --public https/)
  })

  test('no command, an unknown one, or an unknown option is wrong use', async () => {
    for (const args of [[], ['cure'], ['doctor', '--quickly']]) {
      const { code, out, err } = await downloadview(folder, args)
      assert.deepEqual({ code, out }, { code: 2, out: '' }, args.join(' '))
      assert.notEqual(err, '')
    }
  })
})
