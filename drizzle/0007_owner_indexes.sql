DROP INDEX "jobs_idempotency";--> statement-breakpoint
DROP INDEX "jobs_owner";--> statement-breakpoint
DROP INDEX "jobs_owner_unfinished";--> statement-breakpoint
DROP INDEX "jobs_unfinished";--> statement-breakpoint
DROP INDEX "jobs_expiry";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "names" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "settled_at" timestamp with time zone GENERATED ALWAYS AS (case when state in ('QUEUED', 'RUNNING', 'CANCELING') then null else updated_at end) STORED;--> statement-breakpoint
CREATE INDEX "jobs_owner_settled" ON "jobs" USING btree ("issuer","subject","settled_at") WHERE "jobs"."settled_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_idempotency" ON "jobs" USING btree ("issuer","subject","idempotency_key") WHERE "jobs"."idempotency_key" is not null;--> statement-breakpoint
CREATE INDEX "jobs_owner" ON "jobs" USING btree ("issuer","subject","created_at","id","state","names") WHERE "jobs"."hidden_at" is null;--> statement-breakpoint
CREATE INDEX "jobs_owner_unfinished" ON "jobs" USING btree ("issuer","subject","created_at","id") WHERE "jobs"."state" in ('QUEUED', 'RUNNING', 'CANCELING');--> statement-breakpoint
CREATE INDEX "jobs_unfinished" ON "jobs" USING btree ("state") WHERE "jobs"."state" in ('QUEUED', 'RUNNING', 'CANCELING');--> statement-breakpoint
CREATE INDEX "jobs_expiry" ON "jobs" USING btree ("expired","expires_at") WHERE "jobs"."expires_at" is not null;