/*
 * One trip through the house: a file imports only from lines above its own, types and `import()` counted. A folder's own
 * files may know each other, but not in a circle.
 */
const lines = [
  '^server/(?!services|worker|main|dev|build|token|preflight)[^/]+$',
  '^server/pdf/model/',
  '^server/db/',
  '^server/pdf/plan/',
  '^server/pdf/source/',
  '^server/pdf/edit/',
  '^server/pdf/write/',
  '^server/pdf/passes/',
  '^server/pdf/steps/',
  '^server/pdf/registry',
  '^server/pdf/parse-steps',
  '^server/pdf/slot/',
  '^server/files/',
  '^server/jobs/',
  '^server/auth/',
  '^server/services',
  '^schema/',
  '^server/http/',
  '^server/worker',
  '^server/(main|dev|build|token|preflight)',
];

export default {
  forbidden: [
    ...lines.slice(0, -1).map((path, index) => ({
      name: `from line ${index + 1} downwards`,
      severity: 'error',
      comment: 'Move the code, or the type, to a line above both (see the tree in the README).',
      from: { path },
      to: { path: lines.slice(index + 1) },
    })),
    {
      name: 'no circle',
      severity: 'error',
      comment: 'Take out what both need, into a file of its own.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'the engine is pure',
      severity: 'error',
      comment: 'Bytes in, bytes out: server/pdf knows no database.',
      from: { path: '^server/pdf/' },
      to: { path: '^server/db/' },
    },
    {
      name: 'the schema takes types',
      severity: 'error',
      comment:
        'Services come through the GraphQL context; besides, only errors, bounds, and what steps and a job’s fields are.',
      from: { path: '^schema/' },
      to: {
        path: '^server/',
        pathNot:
          '^server/(errors|bounds|id|count|db/tables|pdf/(registry|plan/parse-options|passes/plan-passes)|jobs/job-fields)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'the page knows the printed schema only',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(server|test)/|^schema/.*ts$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^web/dist' },
  },
};
