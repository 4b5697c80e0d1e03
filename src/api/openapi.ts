import swagger, { type SwaggerTransformObject } from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** The description of every route, from the very schemas that requests are checked against. */
export async function registerDocument(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Absage',
        version: 'v1',
        description: 'Cancels a JetTicket performance that is also sold through Ö-Ticket.',
      },
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { override: leaveRoomToGrow } }),
    transformObject: (document) => withoutUnused(describeSchemas(document)),
  });
}

const describeSchemas = createJsonSchemaTransformObject({ zodToJsonConfig: { override: leaveRoomToGrow } });

/** Answers may get more members in later versions: only what is refused in a request is closed. */
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

/** Each named schema is generated twice, for requests and for answers; most are used as one of them only. */
function withoutUnused(document: Document): Document {
  const { components } = document as { components?: { schemas?: Record<string, object> } };
  const written = JSON.stringify(document);
  const schemas = Object.entries(components?.schemas ?? {});
  const used = schemas.filter(([name]) => written.includes(`"#/components/schemas/${name}"`));
  const kept = { ...document, components: { ...components, schemas: Object.fromEntries(used) } } as Document;
  // One that is not used may have been the only one to use another.
  return used.length === schemas.length ? document : withoutUnused(kept);
}
