import { around, encrypted, type Family, stream } from '../helpers/hostile.ts';

const hex = (byte: string, count: number): string => `<${byte.repeat(count)}>`;
const id = `/ID [${hex('33', 16)} ${hex('33', 16)}] `;
const keys = `/P -4 /O ${hex('11', 32)} /U ${hex('22', 32)}`;
const modern = `/P -4 /O ${hex('11', 48)} /U ${hex('22', 48)} /OE ${hex('33', 32)} /UE ${hex('44', 32)} /Perms ${hex('55', 16)}`;

const by = (dictionary: string, trailer = id): Buffer =>
  around([`<< ${dictionary} >>`, stream('', Buffer.from('not encrypted at all'))], {
    trailer: `/Encrypt 4 0 R ${trailer}`,
    page: '/Contents 5 0 R /LastModified (text) ',
  });

export const encryption: Family = {
  'a password that nobody knows': encrypted,
  'an unknown version': () => by(`/Filter /Standard /V 99 /R 99 /Length 128 ${keys}`),
  'a version below zero': () => by(`/Filter /Standard /V -1 /R -1 ${keys}`),
  'a key of no length': () => by(`/Filter /Standard /V 2 /R 3 /Length 0 ${keys}`),
  'a key of a billion bits': () => by(`/Filter /Standard /V 2 /R 3 /Length 1000000000 ${keys}`),
  'a key of three bits': () => by(`/Filter /Standard /V 2 /R 3 /Length 3 ${keys}`),
  'an unknown handler': () => by(`/Filter /Foo /V 2 /R 3 ${keys}`),
  'no handler': () => by(`/V 2 /R 3 ${keys}`),
  'no identifier': () => by(`/Filter /Standard /V 2 /R 3 /Length 128 ${keys}`, ''),
  'an identifier of other types': () =>
    by(`/Filter /Standard /V 2 /R 3 /Length 128 ${keys}`, '/ID [1 null] '),
  'hashes that are too short': () => by('/Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O () /U <00>'),
  'hashes of a megabyte': () =>
    by(`/Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O ${hex('11', 1e6)} /U ${hex('22', 1e6)}`),
  'no hashes': () => by('/Filter /Standard /V 2 /R 3 /Length 128'),
  'permissions of 10^30': () => by(`/Filter /Standard /V 2 /R 3 /Length 128 ${keys} /P ${'9'.repeat(30)}`),
  'crypt filters that are not there': () =>
    by(`/Filter /Standard /V 4 /R 4 /Length 128 ${keys} /StmF /None /StrF /__proto__ /EFF /constructor`),
  'crypt filters that refer to themselves': () =>
    by(`/Filter /Standard /V 4 /R 4 /Length 128 ${keys} /CF 4 0 R /StmF /CF /StrF /CF`),
  'a crypt filter of an unknown method': () =>
    by(
      `/Filter /Standard /V 4 /R 4 /Length 128 ${keys} /CF << /A << /CFM /X /Length 99999 >> >> /StmF /A /StrF /A`,
    ),
  'AES of 256 bits with a key that is none': () =>
    by(`/Filter /Standard /V 5 /R 6 /Length 256 ${modern} /CF << /A << /CFM /AESV3 >> >> /StmF /A /StrF /A`),
  'AES of 256 bits, fifth revision, with hashes that are too short': () =>
    by(
      '/Filter /Standard /V 5 /R 5 /Length 256 /P -4 /O <00> /U <00> /OE <> /UE <> /Perms <> /CF << /A << /CFM /AESV3 >> >> /StmF /A /StrF /A',
    ),
  'a dictionary that is itself encrypted by itself': () =>
    around(['4 0 R'], { trailer: `/Encrypt 4 0 R ${id}` }),
  'a dictionary that is a number': () => around([], { trailer: `/Encrypt 7 ${id}` }),
  'a dictionary that is missing': () => around([], { trailer: `/Encrypt 99 0 R ${id}` }),
  'a dictionary that is the catalog': () => around([], { trailer: `/Encrypt 1 0 R ${id}` }),
};
