import { firestoreDocuments } from '../../../support/corruption/documents.ts';
import { memoryStores } from '../../../support/corruption/memory.ts';
import { singlePartitions } from '../../../support/corruption/partitions.ts';
import { testCorruptions } from '../../../support/corruption/suite.ts';

testCorruptions('memory', memoryStores);
testCorruptions('Firestore', firestoreDocuments);
testCorruptions('single partitions', singlePartitions);
