import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { canConnect } from '../../src/up/ports';
import { PostgresServer } from './postgres-server';
import { eventually } from './eventually';

let postgres: PostgresServer;

afterEach(() => postgres.stop());

it('keeps what was committed over a crash, on the same port', async () => {
  postgres = await PostgresServer.start();
  const url = await postgres.createDatabase('kept');
  expect(url).toBe(`postgres://postgres@127.0.0.1:${postgres.port}/kept`);
  postgres.query("create table line (text text); insert into line values ('Bühne')", 'kept');

  await postgres.crash();
  expect(await canConnect('127.0.0.1', postgres.port)).toBe(false);
  await postgres.start();

  expect(postgres.query('select text from line', 'kept')).toBe('Bühne');
  expect(postgres.log()).toContain('automatic recovery in progress');
  expect(postgres.query('show fsync')).toBe('on');
});

it('lets in only those who know a password, where passwords are asked for', async () => {
  postgres = await PostgresServer.start({ hasPasswords: true });
  expect(postgres.url()).toMatch(/^postgres:\/\/postgres:[0-9a-f]+@127/);
  expect(postgres.url('postgres', 'app', 'app')).toContain('//app:app@');
  expect(
    postgres.query("select auth_method from pg_hba_file_rules where auth_method <> 'scram-sha-256'"),
  ).toBe('');
});

it('ends with the process that started it, even after kill -9', async () => {
  postgres = await PostgresServer.start(); // for afterEach only
  const script = `
    const { PostgresServer } = require(${JSON.stringify(join(__dirname, 'postgres-server.ts'))});
    PostgresServer.start().then(({ port, folder }) => console.log(JSON.stringify({ port, folder })));
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { port, folder } = JSON.parse(line) as { port: number; folder: string };
  expect(await canConnect('127.0.0.1', port)).toBe(true);

  child.kill('SIGKILL');
  await eventually(
    () => canConnect('127.0.0.1', port),
    (isOpen) => !isOpen,
  );
  rmSync(folder, { recursive: true });
});
