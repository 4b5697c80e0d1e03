import { describeJournal } from './journal-contract';
import { makeSqlitePlace } from './sqlite-place';

describeJournal('the journal in SQLite', makeSqlitePlace);
