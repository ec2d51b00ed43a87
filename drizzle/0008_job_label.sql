ALTER TABLE "jobs" ADD COLUMN "label" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "output_name" text;--> statement-breakpoint
CREATE INDEX "jobs_owner_label" ON "jobs" USING btree ("issuer","subject","label","created_at","id") WHERE "jobs"."label" is not null and "jobs"."hidden_at" is null;