CREATE TABLE "uploads" (
	"id" uuid PRIMARY KEY NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"metadata" text,
	"length" bigint NOT NULL,
	"received" bigint DEFAULT 0 NOT NULL,
	"resumable" boolean NOT NULL,
	"touched_at" timestamp with time zone DEFAULT now() NOT NULL,
	"holder" uuid,
	"held_until" timestamp with time zone,
	"wanted" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE INDEX "uploads_owner" ON "uploads" USING btree ("issuer","subject");--> statement-breakpoint
CREATE INDEX "uploads_touched" ON "uploads" USING btree ("touched_at");