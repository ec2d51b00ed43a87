CREATE TABLE "paces" (
	"key" text PRIMARY KEY NOT NULL,
	"mean" real NOT NULL,
	"variance" real NOT NULL,
	"count" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "eta" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "report" jsonb;