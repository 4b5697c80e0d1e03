import swagger, { type SwaggerTransformObject } from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** The document of every route, generated from the same schemas that check the requests. */
export async function registerDocument(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Absage',
        version: 'v1',
        description: 'Cancels a JetTicket performance that is also sold through Ö-Ticket.',
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      // The empty entry means no log-in, which is possible only in a rehearsal without tokens.
      security: [{ bearer: [] }, {}],
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { override: leaveRoomToGrow } }),
    transformObject: (document) => withoutUnused(describeSchemas(document)),
  });
}

const describeSchemas = createJsonSchemaTransformObject({ zodToJsonConfig: { override: leaveRoomToGrow } });

/** Answers may get more members in later versions. Only requests are closed, because they refuse unknown members. */
function leaveRoomToGrow({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: { additionalProperties?: unknown };
}): void {
  if (zodSchema instanceof z.ZodObject && zodSchema.def.catchall === undefined) {
    delete jsonSchema.additionalProperties;
  }
}

type Document = Awaited<ReturnType<SwaggerTransformObject>>;

/** Each named schema is generated twice, for requests and for answers. Most are needed only once. */
function withoutUnused(document: Document): Document {
  const { components } = document as { components?: { schemas?: Record<string, object> } };
  const written = JSON.stringify(document);
  const schemas = Object.entries(components?.schemas ?? {});
  const used = schemas.filter(([name]) => written.includes(`"#/components/schemas/${name}"`));
  const kept = { ...document, components: { ...components, schemas: Object.fromEntries(used) } } as Document;
  // An unused schema may have been the only user of another one.
  return used.length === schemas.length ? document : withoutUnused(kept);
}
