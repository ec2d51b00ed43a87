CREATE TABLE "files" (
	"id" uuid PRIMARY KEY NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"name" text NOT NULL,
	"bytes" bigint NOT NULL,
	"media_type" text NOT NULL,
	"sha256" text NOT NULL,
	"pages" integer,
	"storage_key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"removed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "job_events" (
	"job_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"type" text NOT NULL,
	"message" text NOT NULL,
	CONSTRAINT "job_events_job_id_seq_pk" PRIMARY KEY("job_id","seq")
);
--> statement-breakpoint
CREATE TABLE "job_files" (
	"job_id" uuid NOT NULL,
	"role" text NOT NULL,
	"position" smallint NOT NULL,
	"file_id" uuid NOT NULL,
	CONSTRAINT "job_files_job_id_role_position_pk" PRIMARY KEY("job_id","role","position")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"name" text NOT NULL,
	"steps" jsonb NOT NULL,
	"state" text DEFAULT 'QUEUED' NOT NULL,
	"stage" text DEFAULT 'QUEUED' NOT NULL,
	"rev" integer DEFAULT 1 NOT NULL,
	"seq" integer DEFAULT 1 NOT NULL,
	"percent" real DEFAULT 0 NOT NULL,
	"current" integer,
	"total" integer,
	"ranges" text DEFAULT '' NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"timeouts" integer DEFAULT 0 NOT NULL,
	"error_code" text,
	"error_message" text,
	"retry_of" uuid,
	"idempotency_key" text,
	"idempotency_hash" text,
	"message_id" uuid NOT NULL,
	"lease_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"expired" boolean DEFAULT false NOT NULL,
	"hidden_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "range_results" (
	"job_id" uuid NOT NULL,
	"pass" smallint NOT NULL,
	"range" smallint NOT NULL,
	"result" jsonb NOT NULL,
	CONSTRAINT "range_results_job_id_pass_range_pk" PRIMARY KEY("job_id","pass","range")
);
--> statement-breakpoint
ALTER TABLE "job_events" ADD CONSTRAINT "job_events_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_files" ADD CONSTRAINT "job_files_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_files" ADD CONSTRAINT "job_files_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "range_results" ADD CONSTRAINT "range_results_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "files_storage_key" ON "files" USING btree ("storage_key");--> statement-breakpoint
CREATE INDEX "files_expiry" ON "files" USING btree ("expires_at") WHERE "files"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "files_removed" ON "files" USING btree ("removed_at") WHERE "files"."removed_at" is not null;--> statement-breakpoint
CREATE INDEX "job_files_file" ON "job_files" USING btree ("file_id");--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_idempotency" ON "jobs" USING btree ("issuer","subject","idempotency_key");--> statement-breakpoint
CREATE INDEX "jobs_owner" ON "jobs" USING btree ("issuer","subject","created_at","id") WHERE "jobs"."hidden_at" is null;--> statement-breakpoint
CREATE INDEX "jobs_owner_unfinished" ON "jobs" USING btree ("issuer","subject") WHERE "jobs"."state" in ('QUEUED', 'RUNNING', 'CANCELING');--> statement-breakpoint
CREATE INDEX "jobs_unfinished" ON "jobs" USING btree ("state","lease_until") WHERE "jobs"."state" in ('QUEUED', 'RUNNING', 'CANCELING');--> statement-breakpoint
CREATE INDEX "jobs_expiry" ON "jobs" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "jobs_hidden" ON "jobs" USING btree ("hidden_at") WHERE "jobs"."hidden_at" is not null;